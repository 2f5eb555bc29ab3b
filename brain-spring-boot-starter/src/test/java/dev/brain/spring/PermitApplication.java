package dev.brain.spring;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.site.Site;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with one site, whose three cases it files. */
@Configuration(proxyBeanMethods = false)
class PermitApplication {
    @Bean
    Site permits() {
        return Site.builder(Cases.SITE)
                .claimant("ROBOT")
                .setting("handler", "filing")
                .build();
    }

    @Bean
    TaskHandler filing() {
        return task -> TaskOutcome.done();
    }

    /** Counts the tasks that ended. */
    @Bean
    CountDownLatch ended() {
        return new CountDownLatch(3);
    }

    @Bean
    BrainListener endListener(CountDownLatch ended) {
        return event -> {
            if (event instanceof BrainEvent.TaskEnded) {
                ended.countDown();
            }
        };
    }
}
