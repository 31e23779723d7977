"""A SPARQL endpoint over a graph: read only, bounded, for any client of the standards.

The server process only speaks HTTP. Queries are parsed, planned and run by worker processes,
since a running query cannot be interrupted in its process, and a process that is killed takes
nobody else's query with it. `kg.serve.server.serve` starts it all.
"""
