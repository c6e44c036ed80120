"""HTTP: the public verification, the learner's own certificates, the administrators' pages."""
