"""The graph as RDF: descriptions of its resources, which each syntax writes in its own way."""
