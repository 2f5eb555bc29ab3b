package dev.brain.spring;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A system of record with one table of permits, in a SQLite file. */
record Cases(Path file) {
    static final String SITE = "permits";

    /** Creates the table with cases of the numbers 1 to {@code count}. */
    static Cases create(Path file, int count) throws SQLException {
        Cases cases = new Cases(file);
        cases.execute("CREATE TABLE permit (id INTEGER PRIMARY KEY, reference TEXT, state INTEGER, owner TEXT)");
        for (int id = 1; id <= count; id++) {
            cases.execute("INSERT INTO permit VALUES (" + id + ", 'P-" + id + "', 0, NULL)");
        }
        return cases;
    }

    String url() {
        return "jdbc:sqlite:" + file;
    }

    int claimed() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM permit WHERE owner = 'ROBOT'")) {
            return result.getInt(1);
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
