-- A table that Brain refuses, which shows that it was there first.
CREATE TABLE tramite_queue (id INTEGER PRIMARY KEY);
