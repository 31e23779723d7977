"""Faults in a small graph, and what validation has to say of them."""

# What goes wrong, the update that makes it so, and what has to be found: property and kind.
FAULTS: list[tuple[str, str, str | None, str]] = [
    (
        "entity without a name",
        "DELETE { ?e skos:prefLabel ?v } WHERE { ?e a kg:Model ; skos:prefLabel ?v }",
        "skos:prefLabel",
        "MinCount",
    ),
    (
        "alias that is the name",
        "INSERT { ?e skos:altLabel ?n } WHERE { ?e a kg:Model ; skos:prefLabel ?n }",
        "skos:altLabel",
        "Disjoint",
    ),
    ("entity of two types", "INSERT { ?e a kg:Task } WHERE { ?e a kg:Model }", None, "Node"),
    (
        "relation to an abstract",
        "INSERT { ?e kg:variantOf ?a } WHERE { ?e a kg:Model . ?a a kg:Abstract }",
        "kg:variantOf",
        "Node",
    ),
    (
        "role of a person",
        "INSERT { ?a kg:uses ?p } WHERE { ?a a kg:Abstract . ?p a kg:Person }",
        "kg:uses",
        "Node",
    ),
    ("abstract without its text", "DELETE WHERE { ?a kg:text ?t }", "kg:text", "MinCount"),
    ("abstract from nowhere", "DELETE WHERE { ?a kg:appearsIn ?d }", "kg:appearsIn", "MinCount"),
    (
        "year that is none",
        'INSERT { ?a dcterms:issued "soon" } WHERE { ?a a kg:Abstract }',
        "dcterms:issued",
        "Datatype",
    ),
    (
        "creator that is no author",
        "DELETE WHERE { ?a kg:hasAuthor ?p }",
        "dcterms:creator",
        "Equals",
    ),
    (
        "link to an entity",
        "INSERT { ?a kg:buildsOn ?e } WHERE { ?a a kg:Abstract . ?e a kg:Model }",
        "kg:buildsOn",
        "Class",
    ),
    ("document without a hash", "DELETE WHERE { ?d kg:sha256 ?h }", "kg:sha256", "MinCount"),
    (
        "place before the first line",
        "DELETE { ?p kg:line ?l } INSERT { ?p kg:line 0 } WHERE { ?p kg:line ?l }",
        "kg:line",
        "MinInclusive",
    ),
    (
        "person without a name",
        "DELETE { ?p skos:prefLabel ?v } WHERE { ?p a kg:Person ; skos:prefLabel ?v }",
        "skos:prefLabel",
        "MinCount",
    ),
    (
        "repository without an owner",
        "DELETE { ?r kg:owner ?v } WHERE { ?r a kg:Repository ; kg:owner ?v }",
        "kg:owner",
        "MinCount",
    ),
    (
        "hyperlink of no known kind",
        'DELETE { ?h kg:kind ?k } INSERT { ?h kg:kind "video" } WHERE { ?h kg:kind ?k }',
        "kg:kind",
        "In",
    ),
    (
        "community without members",
        "DELETE WHERE { ?c kg:entityCount ?n }",
        "kg:entityCount",
        "MinCount",
    ),
    (
        "statement without a passage",
        "DELETE { ?s oa:hasTarget ?v } WHERE { ?s a kg:Statement ; oa:hasTarget ?v }",
        "oa:hasTarget",
        "MinCount",
    ),
    (
        "statement without a source",
        "DELETE WHERE { ?s prov:wasDerivedFrom ?a }",
        "prov:wasDerivedFrom",
        "MinCount",
    ),
    (
        "statement of an unknown predicate",
        "DELETE { ?s rdf:predicate ?p } INSERT { ?s rdf:predicate kg:likes }"
        " WHERE { ?s rdf:predicate ?p }",
        "rdf:predicate",
        "In",
    ),
    (
        "confidence over 1",
        "DELETE { ?s kg:confidence ?c } INSERT { ?s kg:confidence 1.5 }"
        " WHERE { ?s kg:confidence ?c }",
        "kg:confidence",
        "MaxInclusive",
    ),
    ("result of nothing", "DELETE WHERE { ?r kg:of ?e }", "kg:of", "MinCount"),
    ("passage of no abstract", "DELETE WHERE { ?p oa:hasSource ?a }", "oa:hasSource", "MinCount"),
    (
        "passage without a quote",
        "DELETE { ?q a oa:TextQuoteSelector } WHERE { ?q a oa:TextQuoteSelector }",
        "oa:hasSelector",
        "QualifiedMinCount",
    ),
    (
        "passage that ends where it starts",
        "DELETE { ?p oa:end ?e } INSERT { ?p oa:end ?s } WHERE { ?p oa:start ?s ; oa:end ?e }",
        "oa:start",
        "LessThan",
    ),
    ("quote of nothing", "DELETE WHERE { ?q oa:exact ?x }", "oa:exact", "MinCount"),
    (
        "graph that does not say its namespace",
        "DELETE WHERE { ?d void:uriSpace ?n }",
        "void:uriSpace",
        "MinCount",
    ),
    (
        "quote that the text does not have",
        "DELETE { ?q oa:exact ?x } INSERT { ?q oa:exact 'no' } WHERE { ?q oa:exact ?x }",
        "oa:hasSelector",
        "SPARQL",
    ),
    (
        "passage that is shifted",
        "DELETE { ?p oa:start ?s ; oa:end ?e } INSERT { ?p oa:start ?t ; oa:end ?f }"
        " WHERE { ?p oa:start ?s ; oa:end ?e BIND (?s + 1 AS ?t) BIND (?e + 1 AS ?f) }",
        "oa:hasSelector",
        "SPARQL",
    ),
    (
        "passage beyond the end of the text",
        "DELETE { ?p oa:end ?e } INSERT { ?p oa:end 9999 } WHERE { ?p oa:end ?e }",
        "oa:hasSelector",
        "SPARQL",
    ),
    (
        "context that does not stand before the quote",
        "DELETE { ?q oa:prefix ?x } INSERT { ?q oa:prefix 'no' ; oa:suffix '' }"
        " WHERE { ?q oa:exact ?e OPTIONAL { ?q oa:prefix ?x } }",
        "oa:hasSelector",
        "SPARQL",
    ),
    (
        "sentence that the text does not have",
        "DELETE { ?p kg:sentence ?x } INSERT { ?p kg:sentence 'no' } WHERE { ?p kg:sentence ?x }",
        "kg:sentence",
        "SPARQL",
    ),
    (
        "relation without a statement",
        "INSERT { ?e kg:partOf ?f }"
        " WHERE { ?e skos:prefLabel 'CLIP' ; a kg:Model . ?f skos:prefLabel 'ALIGN' ; a kg:Model }",
        "kg:partOf",
        "SPARQL",
    ),
    (
        "comparison in one direction",
        "DELETE { ?e kg:comparedWith ?f }"
        " WHERE { ?e kg:comparedWith ?f . ?e skos:prefLabel 'ALIGN' }",
        "kg:comparedWith",
        "SPARQL",
    ),
    (
        "role without a statement",
        "INSERT { ?a kg:studies ?e } WHERE { ?a kg:introduces ?e }",
        "kg:studies",
        "SPARQL",
    ),
    (
        "sharing in one direction",
        "INSERT { ?a kg:sharesEntity ?b } WHERE { ?a kg:buildsOn ?b }",
        "kg:sharesEntity",
        "SPARQL",
    ),
    (
        "place in another document",
        "INSERT { ?p kg:document <urn:other> } WHERE { ?p a kg:Place }",
        "kg:document",
        "SPARQL",
    ),
    (
        "hyperlink in another abstract",
        "DELETE { ?p oa:hasSource ?a } INSERT { ?p oa:hasSource ?b }"
        " WHERE { ?h a kg:Hyperlink ; oa:hasTarget ?p . ?p oa:hasSource ?a . ?b"
        " kg:buildsOn|^kg:buildsOn ?a }",
        "oa:hasTarget",
        "SPARQL",
    ),
    (
        "statement that is no triple",
        "DELETE { ?a kg:introduces ?e } WHERE { ?a kg:introduces ?e }",
        "rdf:predicate",
        "SPARQL",
    ),
    (
        "role that is called a relation",
        "DELETE { ?s kg:category 'role' } INSERT { ?s kg:category 'relation' }"
        " WHERE { ?s kg:category 'role' }",
        "kg:category",
        "SPARQL",
    ),
    (
        "relation that is called a role",
        "DELETE { ?s kg:category 'relation' } INSERT { ?s kg:category 'role' }"
        " WHERE { ?s kg:category 'relation' }",
        "kg:category",
        "SPARQL",
    ),
    (
        "link that rests on nothing",
        "DELETE { ?s kg:via ?e } WHERE { ?s kg:via ?e }",
        "kg:category",
        "SPARQL",
    ),
    (
        "repository that is called a link",
        "DELETE { ?s kg:category 'metadata' } INSERT { ?s kg:category 'link' }"
        " WHERE { ?s kg:category 'metadata' }",
        "kg:category",
        "SPARQL",
    ),
    (
        "statement from another abstract than it says",
        "DELETE { ?s prov:wasDerivedFrom ?a } INSERT { ?s prov:wasDerivedFrom ?b }"
        " WHERE { ?s a kg:Statement ; prov:wasDerivedFrom ?a . ?b kg:buildsOn|^kg:buildsOn ?a }",
        "oa:hasTarget",
        "SPARQL",
    ),
    (
        "result from another abstract than it says",
        "DELETE { ?s prov:wasDerivedFrom ?a } INSERT { ?s prov:wasDerivedFrom ?b }"
        " WHERE { ?s a kg:Result ; prov:wasDerivedFrom ?a . ?b kg:buildsOn|^kg:buildsOn ?a }",
        "oa:hasTarget",
        "SPARQL",
    ),
    (
        "property that statements do not have",
        "INSERT { ?s kg:colour 'red' } WHERE { ?s a kg:Statement }",
        "kg:colour",
        "Closed",
    ),
]
