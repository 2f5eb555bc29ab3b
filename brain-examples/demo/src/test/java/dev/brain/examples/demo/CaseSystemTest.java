package dev.brain.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseSystemTest {
    @TempDir
    private Path folder;

    @Test
    void sameSeedGivesTheSameRowsHoweverTheyArrive() throws SQLException {
        Path atOnce = folder.resolve("a.db");
        Path inPieces = folder.resolve("b.db");
        CaseSystem.create(atOnce, new CaseGenerator(5), 300).close();
        CaseSystem.create(inPieces, new CaseGenerator(5), 100).close();
        try (CaseSystem reopened = CaseSystem.open(inPieces)) {
            reopened.arrive(200);
            assertThat(reopened.count()).isEqualTo(300);
        }

        for (String table : List.of("RecursosExp", "clientes", "expedientes", "attachments_resource_documents")) {
            assertThat(rows(inPieces, "SELECT * FROM " + table))
                    .as(table)
                    .isEqualTo(rows(atOnce, "SELECT * FROM " + table))
                    .isNotEmpty();
        }
    }

    @Test
    void idsAreIntegersAndEveryCaseHasItsClientAndFile() throws SQLException {
        Path file = folder.resolve("cases.db");
        CaseSystem.create(file, new CaseGenerator(5), 300).close();

        assertThat(rows(file, "SELECT DISTINCT typeof(idRecurso), typeof(TExp), typeof(Estado) FROM RecursosExp"))
                .containsExactly("integer|integer|integer|");
        assertThat(rows(file, """
                        SELECT count(*) FROM RecursosExp r JOIN clientes c ON c.numerocliente = r.numclient
                        JOIN expedientes e ON e.idexpediente = r.idExp""")).containsExactly("300|");
    }

    @Test
    void aRivalTakesTheCaseInTheMomentInWhichItIsClaimed() throws SQLException {
        Path file = folder.resolve("cases.db");
        try (CaseSystem cases = CaseSystem.create(file, new CaseGenerator(5), 300)) {
            List<Long> ids = cases.claimable(CaseGenerator.FIRST_ID, 2);
            assertThat(cases.rivalsAwait(ids.subList(0, 1))).isEqualTo(1);

            try (Connection connection = connect(file);
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = 'BOT_MULTIVIA'"
                        + " WHERE Estado = 0 AND TExp IN (2, 3) AND idRecurso IN (" + ids.get(0) + ", " + ids.get(1)
                        + ")");
            }

            assertThat(rows(
                            file,
                            "SELECT Estado, TExp > 1, trim(UsuarioAsignado) FROM RecursosExp WHERE idRecurso = "
                                    + ids.get(0)))
                    .containsExactly("1|1|" + CaseGenerator.PEOPLE.get(1) + "|");
            assertThat(rows(file, "SELECT TExp, UsuarioAsignado FROM RecursosExp WHERE idRecurso = " + ids.get(1)))
                    .containsExactly("1|BOT_MULTIVIA|");
        }
    }

    @Test
    void peopleTakeTheNewestFreeCases() throws SQLException {
        Path file = folder.resolve("cases.db");
        try (CaseSystem cases = CaseSystem.create(file, new CaseGenerator(5), 300)) {
            String free = "SELECT count(*) FROM RecursosExp WHERE Estado = 0 AND TExp IN (2, 3)";
            long before = Long.parseLong(rows(file, free).get(0).replace("|", ""));

            assertThat(cases.peopleTake(3)).isEqualTo(3);

            assertThat(rows(file, free)).containsExactly(before - 3 + "|");
        }
    }

    @Test
    @Tag("slow")
    void aMillionCasesCanBeMade() {
        try (CaseSystem cases = CaseSystem.create(folder.resolve("cases.db"), new CaseGenerator(5), 1_000_000)) {
            assertThat(cases.count()).isEqualTo(1_000_000);
        }
    }

    private static List<String> rows(Path file, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.append(result.getString(column)).append('|');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }
}
