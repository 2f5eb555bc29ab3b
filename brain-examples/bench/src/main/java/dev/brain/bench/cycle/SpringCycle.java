package dev.brain.bench.cycle;

import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.Pollers;
import org.springframework.integration.endpoint.SourcePollingChannelAdapter;
import org.springframework.integration.jdbc.inbound.JdbcPollingChannelAdapter;
import org.springframework.integration.jdbc.outbound.JdbcMessageHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A poller of Spring Integration JDBC. It claims the cases of a poll in one transaction, within which they are queued: a
 * crash before its end queues cases that are not claimed, and another program's claim in between is not noticed.
 */
record SpringCycle(int batch) implements CycleContender {
    /** Starts what the flow needs. */
    @EnableIntegration
    static class Configuration {}

    @Override
    public String name() {
        return "Spring Integration, batch " + batch;
    }

    @Override
    public boolean isRowByRow() {
        return false;
    }

    @Override
    public Session open(Path cases, Path queue) throws SQLException {
        SqliteStore.open(queue).close();
        Polled polled = new Polled(cases, queue);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(Configuration.class);
        context.registerBean(IntegrationFlow.class, () -> flow(polled));
        context.refresh();
        SourcePollingChannelAdapter poller = context.getBean(SourcePollingChannelAdapter.class);
        return new Session() {
            @Override
            public int run() {
                poller.start();
                int queued = polled.await();
                poller.stop();
                return queued;
            }

            @Override
            public void close() {
                context.close();
                polled.close();
            }
        };
    }

    private IntegrationFlow flow(Polled polled) {
        JdbcPollingChannelAdapter source = new JdbcPollingChannelAdapter(
                polled.cases(),
                HandWrittenCycle.CANDIDATES.replaceFirst("\\?", "0").replaceFirst("\\?", "" + batch));
        source.setRowMapper((row, index) -> Case.of(row));
        source.setUpdateSql(
                "UPDATE cases SET kind = 1, owner = 'BENCH' WHERE id IN (:id) AND state = 0 AND kind IN (2, 3)");
        JdbcMessageHandler insert = new JdbcMessageHandler(polled.queue(), Polled.INSERT.replace(":rows", ":payload"));
        int[] count = {0};
        return IntegrationFlow.from(
                        source,
                        spec -> spec.autoStartup(false)
                                .poller(Pollers.fixedDelay(1)
                                        .maxMessagesPerPoll(-1)
                                        .transactional(new JdbcTransactionManager(polled.cases()))))
                .<List<Case>, String>transform(found -> {
                    count[0] = found.size();
                    return Case.rows(found);
                })
                .publishSubscribeChannel(channel -> channel.subscribe(flow -> flow.handle(insert))
                        .subscribe(flow -> flow.handle(message -> polled.queued(count[0]))))
                .get();
    }
}
