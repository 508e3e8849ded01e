"""Pure decisions of the hospital: reading a description, the graph, its three questions."""
