package dev.brain.bench.cycle;

import static java.util.Objects.requireNonNull;

import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.sql.SqlConstants;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A route of Camel SQL that claims cases by an update, and queues them afterwards by an insert: a crash between the two
 * loses cases.
 *
 * @param batch the number of cases in one exchange; 1 for an exchange for each case
 */
record CamelCycle(int batch) implements CycleContender {
    private static final String ROUTE = "cycle";
    private static final String CLAIM =
            "UPDATE cases SET kind = 1, owner = 'BENCH' WHERE %s AND state = 0 AND kind IN (2, 3)";

    @Override
    public String name() {
        return isRowByRow() ? "Camel SQL, row by row" : "Camel SQL, batch " + batch;
    }

    @Override
    public boolean isRowByRow() {
        return batch == 1;
    }

    @Override
    public Session open(Path cases, Path queue) throws SQLException {
        SqliteStore.open(queue).close();
        Polled polled = new Polled(cases, queue);
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("cases", polled.cases());
        context.getRegistry().bind("queue", polled.queue());
        start(context, isRowByRow() ? rowByRow(polled) : batched(polled));
        return new Session() {
            @Override
            public int run() {
                start(context);
                return polled.await();
            }

            @Override
            public void close() {
                context.stop();
                polled.close();
            }
        };
    }

    private static void start(DefaultCamelContext context, RouteBuilder route) {
        try {
            context.addRoutes(route);
            context.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(DefaultCamelContext context) {
        try {
            context.getRouteController().startRoute(ROUTE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String poll(int limit, String options) {
        return "sql:" + HandWrittenCycle.CANDIDATES.replaceFirst("\\?", "0").replaceFirst("\\?", "" + limit)
                + "?dataSource=#cases&greedy=true&initialDelay=0&delay=10" + options;
    }

    private static RouteBuilder rowByRow(Polled polled) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(poll(Integer.MAX_VALUE, ""))
                        .routeId(ROUTE)
                        .autoStartup(false)
                        .to("sql:" + CLAIM.formatted("id = :#id") + "?dataSource=#cases")
                        .filter(header(SqlConstants.SQL_UPDATE_COUNT).isEqualTo(1))
                        .process(exchange -> exchange.getMessage()
                                .setHeader(
                                        "rows",
                                        rows(List.of(exchange.getMessage().getMandatoryBody(Map.class)))))
                        .to("sql:" + Polled.INSERT.replace(":rows", ":#rows") + "?dataSource=#queue")
                        .process(exchange -> polled.queued(1));
            }
        };
    }

    private RouteBuilder batched(Polled polled) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(poll(batch, "&useIterator=false"))
                        .routeId(ROUTE)
                        .autoStartup(false)
                        .process(exchange -> {
                            List<?> found = exchange.getMessage().getMandatoryBody(List.class);
                            exchange.getMessage()
                                    .setHeader(
                                            "ids",
                                            found.stream()
                                                    .map(row -> ((Map<?, ?>) row).get("id"))
                                                    .toList());
                            exchange.getMessage().setHeader("rows", rows(found));
                            exchange.setProperty("count", found.size());
                        })
                        .to("sql:" + CLAIM.formatted("id IN (:#in:ids)") + "?dataSource=#cases")
                        .filter(header(SqlConstants.SQL_UPDATE_COUNT).isEqualTo(exchangeProperty("count")))
                        .to("sql:" + Polled.INSERT.replace(":rows", ":#rows") + "?dataSource=#queue")
                        .process(exchange ->
                                polled.queued(requireNonNull(exchange.getProperty("count", Integer.class))));
            }
        };
    }

    private static String rows(List<?> found) {
        return Case.rows(found.stream().map(row -> Case.of((Map<?, ?>) row)).toList());
    }
}
