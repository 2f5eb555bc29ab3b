package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ManyBrowsersTest {
    @TempDir
    private Path folder;

    private static Site site(int number) {
        return Site.builder("site" + number)
                .referencePattern(".+")
                .claim("web")
                .setting("pages", "fake")
                .setting("web", Map.of("base", "http://127.0.0.1:" + number, "lanes", 4))
                .build();
    }

    @Test
    void pageSettingsThatMayOpenManyBrowsersAreToldOnce() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("pages")).resolve("fake.json"), FakeOffice.PAGES);
        Environment environment = Environment.of(Map.of("BRAIN_HOME", folder.toString()));
        Logger logger = (Logger) LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try (ProviderContext context = new ProviderContext(environment, Clock.systemUTC(), List.of());
                PlaywrightClaimStrategy strategy = new PlaywrightClaimStrategy(context)) {
            for (int number : List.of(1, 2, 2, 3, 3)) {
                // starts no browser, because the pages describe no release
                assertThatThrownBy(() -> strategy.release(site(number), new Claimant("BOT"), List.of()))
                        .isInstanceOf(ConfigurationException.class);
            }
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains("3 different page settings may keep 12 browsers open"));
    }
}
