-- The tables of a law firm's case system, and of the demo that plays it.
CREATE TABLE RecursosExp (
    idRecurso INTEGER PRIMARY KEY,
    idExp INTEGER NOT NULL,
    automatic_id INTEGER NOT NULL,
    numclient INTEGER NOT NULL,
    Expedient TEXT COLLATE NOCASE,
    Organisme TEXT COLLATE NOCASE,
    TExp INTEGER NOT NULL,
    Estado INTEGER NOT NULL,
    UsuarioAsignado TEXT COLLATE NOCASE,
    FUsuarioCompletado TEXT,
    SujetoRecurso TEXT,
    FaseProcedimiento TEXT,
    Empresa TEXT,
    cif TEXT,
    Matricula TEXT,
    notas TEXT,
    FAlta TEXT NOT NULL
);
CREATE TABLE clientes (
    numerocliente INTEGER PRIMARY KEY,
    nif TEXT,
    nifempresa TEXT,
    tipodecliente INTEGER,
    Nombre TEXT,
    Apellido1 TEXT,
    Apellido2 TEXT,
    Nombrefiscal TEXT,
    calle TEXT,
    codpostal TEXT,
    poblacion TEXT,
    email TEXT,
    telefono1 TEXT,
    telefono2 TEXT,
    movil TEXT
);
CREATE TABLE expedientes (
    idexpediente INTEGER PRIMARY KEY,
    matricula TEXT,
    dia TEXT,
    fpresentacion TEXT
);
CREATE TABLE attachments_resource_documents (
    id INTEGER PRIMARY KEY,
    automatic_id INTEGER NOT NULL,
    Filename TEXT NOT NULL
);
CREATE INDEX attachments_of_resource ON attachments_resource_documents (automatic_id);
CREATE TABLE demo (seed INTEGER NOT NULL);
CREATE TABLE demo_rivals (idRecurso INTEGER PRIMARY KEY, name TEXT NOT NULL);
-- A colleague who is faster: takes the case in the very moment in which somebody else claims it.
CREATE TRIGGER demo_rival_is_faster BEFORE UPDATE OF UsuarioAsignado ON RecursosExp
WHEN OLD.Estado = 0 AND NEW.UsuarioAsignado IS NOT NULL
    AND EXISTS (SELECT 1 FROM demo_rivals WHERE idRecurso = OLD.idRecurso)
BEGIN
    UPDATE RecursosExp SET Estado = 1,
        UsuarioAsignado = (SELECT name FROM demo_rivals WHERE idRecurso = OLD.idRecurso)
    WHERE idRecurso = OLD.idRecurso;
    DELETE FROM demo_rivals WHERE idRecurso = OLD.idRecurso;
    SELECT RAISE(IGNORE);
END;
