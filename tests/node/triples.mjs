// The triples of an RDF file as lines of JSON: subject, predicate, object, datatype of the object.
//
//     node triples.mjs turtle graph.ttl

import { createReadStream } from "node:fs";
import { JsonLdParser } from "jsonld-streaming-parser";
import { StreamParser } from "n3";
import { RdfXmlParser } from "rdfxml-streaming-parser";

const PARSERS = {
  turtle: () => new StreamParser({ format: "text/turtle" }),
  ntriples: () => new StreamParser({ format: "application/n-triples" }),
  trig: () => new StreamParser({ format: "application/trig" }),
  // It accepts only what can be read as it streams, and fetches no context.
  jsonld: () => new JsonLdParser({ streamingProfile: true, documentLoader: null }),
  rdfxml: () => new RdfXmlParser({ validateUri: true }),
};

const [syntax, path] = process.argv.slice(2);
const parser = createReadStream(path).pipe(PARSERS[syntax]());
for await (const { subject, predicate, object } of parser) {
  const datatype = object.termType === "Literal" ? object.datatype.value : "";
  process.stdout.write(
    `${JSON.stringify([subject.value, predicate.value, object.value, datatype])}\n`,
  );
}
