"""Pure decisions of the console: the matrix, the words of the journal, the shape of a burn-up."""
