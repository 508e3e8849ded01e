"""One file for each kind of repository, and how to tell which kind a name means."""
