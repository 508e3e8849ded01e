"""Pure decisions of the engine: what these bytes are, whether they are whole, whether they were encrypted."""
