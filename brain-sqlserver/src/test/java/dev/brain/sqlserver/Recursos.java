package dev.brain.sqlserver;

import dev.brain.claim.ClaimOutcome;
import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An invented table of the kind that Brain was made for, in the test's schema, with its site and its profile. */
record Recursos(String prefix, String idType) {
    static final Claimant ROBOT = new Claimant("ROBOT");

    static final Site SITE = Site.builder("fines")
            .referencePattern("\\d{4}/\\d+")
            .claimant(ROBOT.name())
            .setting("query_organisme", "%FINES%")
            .setting("filtro_texp", "2,3")
            .build();

    String table() {
        return prefix + "RecursosExp";
    }

    String audit() {
        return prefix + "Audit";
    }

    void create(TestServer server, String idColumn, String ownerColumn) throws SQLException {
        server.execute("CREATE TABLE " + table() + " (idRecurso " + idColumn
                + " NOT NULL PRIMARY KEY, Expedient nvarchar(60), Organisme nvarchar(60), TExp int, Estado int,"
                + " UsuarioAsignado " + ownerColumn + ", Notas nvarchar(60))");
    }

    /** A free row for each id. */
    void insert(TestServer server, Object... ids) throws SQLException {
        for (Object id : ids) {
            server.execute("INSERT INTO " + table()
                    + " (idRecurso, Expedient, Organisme, TExp, Estado, UsuarioAsignado) VALUES (" + literal(id)
                    + ", N'2026/1', N'CITY FINES', 2, 0, NULL)");
        }
    }

    static String literal(Object value) {
        return value instanceof String text ? "N'" + text.replace("'", "''") + "'" : String.valueOf(value);
    }

    Profile profile() {
        return Profile.parse("""
                {"name": "recursos", "table": "%s", "id": "idRecurso", "idType": "%s", "reference": "Expedient",
                 "columns": ["Organisme", "TExp", "Estado"],
                 "parameters": {"organisme": {"setting": "query_organisme", "split": "|"},
                                "texp": {"setting": "filtro_texp", "split": ",", "type": "integer"}},
                 "scope": "Organisme LIKE :organisme ESCAPE '\\\\'", "free": "Estado = 0 AND TExp IN (:texp)",
                 "candidates": "Expedient IS NOT NULL", "owner": "UsuarioAsignado", "ours": "TExp = 1",
                 "claim": {"TExp": 1, "UsuarioAsignado": ":claimant"},
                 "release": {"TExp": ":original", "UsuarioAsignado": null},
                 "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
                """.formatted(table(), idType), "the test's profile");
    }

    private Profiles profiles() {
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(getClass().getClassLoader()));
        return new Profiles(context, List.of(profile()), null);
    }

    SqlResourceSource source(Database database) {
        return new SqlResourceSource(database, profiles());
    }

    SqlUpdateClaimStrategy strategy(Database database) {
        return new SqlUpdateClaimStrategy(database, profiles(), Environment.of(Map.of()));
    }

    List<ResourceId> candidates(Database database) {
        return source(database).candidates(SITE, null, 100).stream()
                .map(Resource::id)
                .toList();
    }

    /** Throws what keeps the site from being served, as a cycle does. */
    Map<ResourceId, ClaimOutcome> claim(Database database, Object... ids) {
        Map<ResourceId, ClaimOutcome> outcomes = strategy(database)
                .claim(
                        SITE,
                        ROBOT,
                        Arrays.stream(ids)
                                .map(id -> new Resource(ResourceId.of(id), "2026/1", Map.of("TExp", 2L)))
                                .toList());
        outcomes.values().stream()
                .map(ClaimOutcome::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(failure -> {
                    throw failure;
                });
        return outcomes;
    }
}
