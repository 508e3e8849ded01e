"""How a chart reads FHIR resources: pure, and never at a loss before an odd shape."""
