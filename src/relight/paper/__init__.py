"""What goes on paper and on walls, made without a browser: charts as SVG.

Owns drawing. Refuses Django, files, clocks and any text of its own: words and numbers come in
already in the reader's language.
"""
