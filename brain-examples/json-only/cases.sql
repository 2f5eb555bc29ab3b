CREATE TABLE licencias (numero INTEGER PRIMARY KEY, referencia TEXT, ayuntamiento TEXT, titular TEXT, fase TEXT,
    estado TEXT, tramitador TEXT);
CREATE TABLE anexos (id INTEGER PRIMARY KEY, licencia INTEGER, fichero TEXT);

INSERT INTO licencias VALUES
    (7, 'LIC-2026-00007', 'Costamar', ' Fulana Ejémplez ', 'alegaciones', 'LIBRE', NULL),
    (9, 'LIC-2026-00009', 'Otra', 'Mengano Inventado', 'alegaciones', 'LIBRE', NULL);
INSERT INTO anexos VALUES (1, 7, 'a.pdf'), (2, 7, 'b.pdf'), (3, 9, 'c.pdf');
