package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.sqlserver.TdsServer.Tokens;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TimeZone;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the driver makes of each of the server's types: the bytes are the protocol's, the driver is the real one. */
class ColumnValuesTest {
    private final TimeZone before = TimeZone.getDefault();

    @BeforeEach
    void liveWhereTheClocksSkipAnHour() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Madrid"));
    }

    @AfterEach
    void goHome() {
        TimeZone.setDefault(before);
    }

    /** Days from the year 1 on. */
    private static long day(String date) {
        return LocalDate.parse(date).toEpochDay() - LocalDate.of(1, 1, 1).toEpochDay();
    }

    /** Tenths of a microsecond since midnight. */
    private static long ticks(String time) {
        return LocalTime.parse(time).toNanoOfDay() / 100;
    }

    private static Tokens offsetTime(Tokens tokens) {
        // in UTC, with the offset beside it in minutes
        return tokens.number(ticks("23:30:32.8631234"), 5)
                .number(day("2018-12-10"), 3)
                .number(60, 2);
    }

    /** A value in parts, as long ones come. */
    private static UnaryOperator<Tokens> streamed(String text) {
        byte[] bytes = new Tokens().text(text, 0).bytes();
        return tokens -> {
            tokens.number(bytes.length, 8).number(bytes.length, 4);
            for (byte one : bytes) {
                tokens.raw(one);
            }
            return tokens.number(0, 4);
        };
    }

    private static Arguments of(String type, UnaryOperator<Tokens> info, UnaryOperator<Tokens> value, Object read) {
        return Arguments.of(type, info, value, read);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                of(
                        "datetimeoffset",
                        info -> info.raw(0x2B, 7),
                        value -> offsetTime(value.raw(10)),
                        OffsetDateTime.parse("2018-12-11T00:30:32.8631234+01:00")),
                of(
                        "sql_variant of datetimeoffset",
                        info -> info.raw(0x62).number(8009, 4),
                        value -> offsetTime(value.number(13, 4).raw(0x2B, 1, 7)),
                        OffsetDateTime.parse("2018-12-11T00:30:32.8631234+01:00")),
                of(
                        "sql_variant of int",
                        info -> info.raw(0x62).number(8009, 4),
                        value -> value.number(6, 4).raw(0x38, 0).number(7, 4),
                        7L),
                of(
                        "datetime2 at a time that Madrid skipped",
                        info -> info.raw(0x2A, 7),
                        value -> value.raw(8)
                                .number(ticks("02:30:00.1234567"), 5)
                                .number(day("2018-03-25"), 3),
                        LocalDateTime.parse("2018-03-25T02:30:00.1234567")),
                of(
                        "datetime at a time that Madrid skipped",
                        info -> info.raw(0x6F, 8),
                        value -> value.raw(8)
                                .number(day("2018-03-25") - day("1900-01-01"), 4)
                                .number(9000 * 300, 4),
                        LocalDateTime.parse("2018-03-25T02:30")),
                of(
                        "date",
                        info -> info.raw(0x28),
                        value -> value.raw(3).number(day("2018-12-11"), 3),
                        LocalDate.parse("2018-12-11")),
                of(
                        "time",
                        info -> info.raw(0x29, 7),
                        value -> value.raw(5).number(ticks("12:50:32.8631234"), 5),
                        LocalTime.parse("12:50:32.8631234")),
                of(
                        "uniqueidentifier",
                        info -> info.raw(0x24, 16),
                        value -> value.raw(16, 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15),
                        "00010203-0405-0607-0809-0A0B0C0D0E0F"),
                of(
                        "money",
                        info -> info.raw(0x6E, 8),
                        value -> value.raw(8).number(0, 4).number(123_4500, 4),
                        new BigDecimal("123.4500")),
                of("bit", info -> info.raw(0x68, 1), value -> value.raw(1, 1), true),
                of("tinyint", info -> info.raw(0x26, 1), value -> value.raw(1, 200), 200L),
                of("varbinary", info -> info.raw(0xA5, 20, 0), value -> value.raw(2, 0, 7, 8), new byte[] {7, 8}),
                of("xml", info -> info.raw(0xF1, 0), streamed("<a>ñ</a>"), "<a>ñ</a>"),
                of(
                        "geography",
                        info -> info.raw(0xF0, 0xFF, 0xFF)
                                .text("db", 1)
                                .text("sys", 1)
                                .text("geography", 1)
                                .text("Microsoft.SqlServer.Types.SqlGeography", 2),
                        streamed("x"),
                        new byte[] {'x', 0}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void aValueIsReadAsItStandsThere(String type, UnaryOperator<Tokens> info, UnaryOperator<Tokens> value, Object read)
            throws IOException {
        Tokens column = info.apply(
                        new Tokens().raw(0x81).number(1, 2).number(0, 4).number(9, 2))
                .text("c", 1);
        Tokens answer = value.apply(column.raw(0xD1));
        try (TdsServer server = TdsServer.answering(statement -> answer)) {
            SQLServerDataSource source = new SQLServerDataSource();
            source.setURL("jdbc:sqlserver://localhost:" + server.port() + ";encrypt=false;user=u;password=p");
            try (Database database = ServerDatabase.of(source)) {
                assertThat(new JdbcRunner(database)
                                .read("read a " + type, session -> session.query(new BoundSql("SELECT c", List.of())))
                                .get(0)
                                .get("c"))
                        .isEqualTo(read);
            }
        }
    }
}
