"""Driver files: what each family of analyzers means by its codes and units."""
