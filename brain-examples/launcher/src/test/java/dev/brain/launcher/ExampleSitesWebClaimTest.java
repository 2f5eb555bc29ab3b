package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.playwright.Office;
import dev.brain.playwright.Office.Outcome;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example sites' own profile and page file, in a real browser. */
class ExampleSitesWebClaimTest {
    @TempDir
    private Path folder;

    @Test
    void theExampleSitesProfileAndPagesClaimThroughTheIntranetToo() throws Exception {
        try (URLClassLoader plugin = new URLClassLoader(
                        new URL[] {
                            Path.of("..", "sites", "target", "classes").toUri().toURL()
                        },
                        getClass().getClassLoader());
                Office office = new Office(folder).plugins(plugin)) {
            office.add(1001, "1-2026/1-EXE", "BASE");
            office.update("INSERT INTO clientes (numerocliente, movil) VALUES (1, '000000001')");
            office.update("INSERT INTO expedientes (idexpediente, dia) VALUES (1, '2025-12-18')");

            Outcome outcome = office.run(office.site("base_online", "%BASE%").toBuilder()
                    .referencePattern("\\d-\\d{4}/\\d-EXE")
                    .payload("base_online")
                    .setting("profile", "recursos-cliente-intranet")
                    .setting("pages", "recursos-cliente-intranet")
                    .setting("attachment_url", "http://intranet.example/adjuntos/{id}")
                    .build());

            assertThat(outcome.report().errorCount()).as("%s", outcome.report()).isZero();
            assertThat(office.owners()).containsExactly(Map.entry(1001L, Office.ROBOT));
            assertThat(outcome.tasks())
                    .singleElement()
                    .satisfies(task -> assertThat(task.payload()).contains("\"data_denuncia\":\"18/12/2025\""));
        }
    }
}
