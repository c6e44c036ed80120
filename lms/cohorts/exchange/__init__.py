"""Files that bring people into a cohort: read line by line, without knowing the database."""
