"""A SPARQL endpoint over a graph, and the explorer of it: read only and bounded.

The server process only speaks HTTP. Queries are parsed, planned and run by worker processes,
since a running query cannot be interrupted in its process, and a process that is killed takes
nobody else's query with it. Workers also answer what the explorer asks for. Its page and the
index of its search need the whole graph: a process of its own makes each once, when the
explorer is first opened. `kg.serve.server.serve` starts it all.
"""
