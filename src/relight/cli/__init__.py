"""The command line: `relight <noun> <verb>`. Parse, call an api, print."""
