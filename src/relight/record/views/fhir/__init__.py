"""FHIR R4 over HTTP, below /fhir/. Source: hl7.org/fhir/R4/http.html; docs/design/fhir.md."""
