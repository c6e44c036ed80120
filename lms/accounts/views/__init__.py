"""Pages about people: where each role lands, the profile, the people list, invitations."""
