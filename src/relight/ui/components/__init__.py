"""The components behind `{% load relight %}`, by kind. Each module has its own library of tags."""
