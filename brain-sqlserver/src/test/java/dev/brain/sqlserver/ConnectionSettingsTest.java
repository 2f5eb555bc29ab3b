package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSettingsTest {
    private static final String SECRET = "s3cret-Word";

    private static ConnectionSettings from(String... namesAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ConnectionSettings.from(Environment.of(values)).orElseThrow();
    }

    private static ConnectionSettings odbc(String text) {
        return from(ConnectionSettings.WHOLE, text);
    }

    /** The properties that say where to and as whom, as {@code name=value}, sorted. */
    private static String given(ConnectionSettings settings) {
        Properties properties = settings.properties();
        return properties.stringPropertyNames().stream()
                .filter(name -> !name.endsWith("Timeout") && !name.equals("connectRetryCount"))
                .filter(name -> !(name.equals("applicationName")
                        && properties.getProperty(name).equals("Brain")))
                .sorted()
                .map(name -> name + "=" + properties.getProperty(name))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "SERVER=h;DATABASE=d;UID=u;PWD=p                         | databaseName=d password=p serverName=h user=u",
                "server=h;database=d;uid=u;pwd=p                         | databaseName=d password=p serverName=h user=u",
                " SERVER = h ; DATABASE = d ; UID = u ; PWD = p ;        | databaseName=d password=p serverName=h user=u",
                ";;SERVER=h;;DATABASE=d;UID=u;PWD=p;;                    | databaseName=d password=p serverName=h user=u",
                "DRIVER={ODBC Driver 17 for SQL Server};SERVER=h;UID=u;PWD=p | password=p serverName=h user=u",
                "DRIVER={odd;driver=};SERVER=h;UID=u;PWD=p               | password=p serverName=h user=u",
                "SERVER=h,1434;UID=u;PWD=p                               | password=p portNumber=1434 serverName=h user=u",
                "SERVER=h , 1434;UID=u;PWD=p                             | password=p portNumber=1434 serverName=h user=u",
                "SERVER=tcp:h,1434;UID=u;PWD=p                           | password=p portNumber=1434 serverName=h user=u",
                "SERVER=h\\inst;UID=u;PWD=p                              | instanceName=inst password=p serverName=h user=u",
                "SERVER=tcp:h\\inst,1434;UID=u;PWD=p                     | password=p portNumber=1434 serverName=h user=u",
                "SERVER=.;UID=u;PWD=p                                    | password=p serverName=localhost user=u",
                "SERVER=(local)\\x;UID=u;PWD=p                           | instanceName=x password=p serverName=localhost user=u",
                "SERVER=[::1],1434;UID=u;PWD=p                           | password=p portNumber=1434 serverName=::1 user=u",
                "SERVER={h};UID={u};PWD={p}                              | password=p serverName=h user=u",
                "SERVER=h;PORT=1435;UID=u;PWD=p                          | password=p portNumber=1435 serverName=h user=u",
                "SERVER=h;UID=u;PWD={a;b=c}                              | password=a;b=c serverName=h user=u",
                "SERVER=h;UID=u;PWD={a}}b}                               | password=a}b serverName=h user=u",
                "SERVER=h;UID=u;PWD={a}}}                                | password=a} serverName=h user=u",
                "SERVER=h;UID=u;PWD={}}} ;DATABASE=d                     | databaseName=d password=} serverName=h user=u",
                "SERVER=h;UID=u;PWD=a=b                                  | password=a=b serverName=h user=u",
                "SERVER=h;UID=u;PWD=a{b}c                                | password=a{b}c serverName=h user=u",
                "SERVER=h;UID=u;PWD={ a }                                | password= a  serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;PWD=q                              | password=p serverName=h user=u",
                "SERVER=h;UID=u;Password=p;PWD=q                         | password=p serverName=h user=u",
                "Data Source=h;Initial Catalog=d;User ID=u;Password=p    | databaseName=d password=p serverName=h user=u",
                "Address=h;UID=u;PWD=p                                   | password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Encrypt=yes                        | encrypt=true password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Encrypt=Mandatory                  | encrypt=true password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Encrypt=no                         | encrypt=false password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Encrypt=Optional                   | encrypt=false password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Encrypt=strict                     | encrypt=strict password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;TrustServerCertificate=yes         | password=p serverName=h trustServerCertificate=true user=u",
                "SERVER=h;UID=u;PWD=p;TrustServerCertificate=no          | password=p serverName=h trustServerCertificate=false user=u",
                "SERVER=h;UID=u;PWD=p;HostNameInCertificate=c            | hostNameInCertificate=c password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;MultiSubnetFailover=Yes            | multiSubnetFailover=true password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;APP=Office;WSID=w                  | applicationName=Office password=p serverName=h user=u workstationID=w",
                "SERVER=h;UID=u;PWD=p;MARS_Connection=yes;AutoTranslate=no | password=p serverName=h user=u",
                "SERVER=h;UID=u;PWD=p;Trusted_Connection=no              | password=p serverName=h user=u",
                "SERVER=h;UID=u@x;PWD=p;Authentication=ActiveDirectoryPassword | authentication=ActiveDirectoryPassword password=p serverName=h user=u@x"
            })
    void odbcStringsBecomeDriverProperties(String text, String expected) {
        ConnectionSettings settings = odbc(text);
        assertThat(settings.url()).isEqualTo("jdbc:sqlserver://");
        assertThat(given(settings)).isEqualTo(expected);
        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "s3cret-Word                                     | neither a JDBC URL",
                "mssql+pyodbc://u:s3cret-Word@h/d                | neither a JDBC URL",
                "SERVER=h;UID=u;PWD={s3cret-Word                 | brace behind PWD= is never closed",
                "SERVER=h;UID=u;PWD={s3cret-Word}x;DATABASE=d    | closing brace of PWD=",
                "SERVER=h;UID=u;PWD=x;s3cret-Word                | its part 4 is not KEY=VALUE",
                "SERVER=h;UID=u;PWD=x;s3cret-Word;DATABASE=d     | its part 4 is not KEY=VALUE",
                "SERVER=h;=s3cret-Word                           | its part 2 has no key",
                "DSN=office;UID=u;PWD=s3cret-Word                | names a DSN",
                "FILEDSN=office;UID=u;PWD=s3cret-Word            | names a FILEDSN",
                "DATABASE=d;UID=u;PWD=s3cret-Word                | names no server",
                "SERVER=;UID=u;PWD=s3cret-Word                   | SERVER must name a server",
                "SERVER=np:\\\\h\\pipe;UID=u;PWD=s3cret-Word     | TCP only",
                "SERVER=lpc:h;UID=u;PWD=s3cret-Word              | TCP only",
                "SERVER=(localdb)\\x;UID=u;PWD=s3cret-Word       | TCP only",
                "SERVER=h,x;UID=u;PWD=s3cret-Word                | SERVER must name a server",
                "SERVER=h,70000;UID=u;PWD=s3cret-Word            | SERVER must name a server",
                "SERVER=h\\;UID=u;PWD=s3cret-Word                | SERVER must name a server",
                "SERVER=h;DATABASE=d                             | names no user",
                "SERVER=h;UID=u;PWD=s3cret-Word;Encrypt=perhaps  | ENCRYPT must be yes, no or strict",
                "SERVER=h;UID=u;PWD=s3cret-Word;TrustServerCertificate=x | must be yes or no",
                "SERVER=h;UID=u;PWD=s3cret-Word;LoginTimeout=x   | loginTimeout must be a whole number"
            })
    void odbcStringsThatCannotBeRightAreRefusedWithoutShowingThem(String text, String expected) {
        assertThatThrownBy(() -> odbc(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(ConnectionSettings.WHOLE)
                .hasMessageContaining(expected)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void anUnknownKeyIsWarnedAboutByItsName() {
        assertThat(odbc("SERVER=h;UID=u;PWD=p;Colour=" + SECRET).warnings())
                .singleElement()
                .asString()
                .contains("COLOUR")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Trusted_Connection=yes", "Integrated Security=SSPI", "trusted_connection=true"})
    void aTrustedConnectionOffWindowsSaysWhatItTakes(String trusted) {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "this is Windows");
        assertThatThrownBy(() -> odbc("SERVER=h;DATABASE=d;UID=u;PWD=" + SECRET + ";" + trusted))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("NTLM")
                .hasMessageContaining("JavaKerberos")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void partsBecomeDriverProperties() {
        ConnectionSettings settings = from(
                "SQLSERVER_SERVER", "h\\inst",
                "SQLSERVER_DATABASE", "d",
                "SQLSERVER_USERNAME", "u",
                "SQLSERVER_PASSWORD", "p;{}=",
                "SQLSERVER_TRUSTED_CONNECTION", "no",
                "SQLSERVER_DRIVER", "{ODBC Driver 18 for SQL Server}");
        assertThat(given(settings)).isEqualTo("databaseName=d instanceName=inst password=p;{}= serverName=h user=u");
        assertThat(settings.location()).isEqualTo("SQL Server h\\inst/d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SQLSERVER_SERVER=h|SQLSERVER_DATABASE is not",
                "SQLSERVER_DATABASE=d|SQLSERVER_SERVER is not",
                "SQLSERVER_SERVER=h SQLSERVER_DATABASE=d|SQLSERVER_USERNAME",
                "SQLSERVER_SERVER=a=b SQLSERVER_DATABASE=d|SQLSERVER_SERVER must name",
                "SQLSERVER_SERVER=h SQLSERVER_DATABASE=d SQLSERVER_TRUSTED_CONNECTION=perhaps|must be yes or no"
            })
    void partsThatAreMissingAreNamed(String variables, String expected) {
        String[] parts = Arrays.stream(variables.split(" "))
                .flatMap(variable -> Arrays.stream(variable.split("=", 2)))
                .toArray(String[]::new);
        assertThatThrownBy(() -> from(parts))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void aJdbcUrlGoesToTheDriverAsItIs() {
        String url = "jdbc:sqlserver://h:1434;databaseName=d;user=u;password={a;b}";
        ConnectionSettings settings = from("BRAIN_SOURCE_URL", url);
        assertThat(settings.url()).isEqualTo(url);
        assertThat(given(settings)).isEmpty();
        assertThat(settings.location()).isEqualTo("SQL Server h:1434/d");
        assertThat(settings.toString()).isEqualTo(settings.location());
        assertThat(from(ConnectionSettings.WHOLE, "JDBC:SQLServer://h;user=u").url())
                .isEqualTo("jdbc:sqlserver://h;user=u");
    }

    @Test
    void userAndPasswordMayStandBesideAUrl() {
        assertThat(given(from(
                        "BRAIN_SOURCE_URL", "jdbc:sqlserver://h",
                        "BRAIN_SOURCE_USER", "u",
                        "BRAIN_SOURCE_PASSWORD", "p")))
                .isEqualTo("password=p user=u");
        assertThat(given(from(
                        ConnectionSettings.WHOLE,
                        "jdbc:sqlserver://h;user=v",
                        "SQLSERVER_USERNAME",
                        "u",
                        "SQLSERVER_PASSWORD",
                        "p")))
                .isEqualTo("password=p");
        assertThat(given(from(
                        ConnectionSettings.WHOLE, "SERVER=h", "SQLSERVER_USERNAME", "u", "SQLSERVER_PASSWORD", "p")))
                .isEqualTo("password=p serverName=h user=u");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:sqlserver:h;password=s3cret-Word",
                "jdbc:sqlserver://h;s3cret-Word",
                "jdbc:sqlserver://password=s3cret-Word;user=u",
                "jdbc:sqlserver://h;user=u;password={s3cret-Word",
                "jdbc:sqlserver://;user=u;password=s3cret-Word",
                "jdbc:sqlserver://h;password=s3cret-Word",
                "jdbc:sqlserver://h;user=u;password=s3cret-Word;retryExec={1205,3:2}",
                "jdbc:sqlserver://h;user=u;password=s3cret-Word;queryTimeout=x",
                "jdbc:postgresql://h/d?password=s3cret-Word"
            })
    void aUrlThatCannotBeRightIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> from(ConnectionSettings.WHOLE, url))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(Failures.text(e)).doesNotContain(SECRET));
    }

    @Test
    void everyWaitHasABound() {
        Properties properties = odbc("SERVER=h;UID=u;PWD=p").properties();
        assertThat(properties)
                .containsEntry("loginTimeout", "15")
                .containsEntry("queryTimeout", "30")
                .containsEntry("cancelQueryTimeout", "5")
                .containsEntry("socketTimeout", "45000")
                .containsEntry("lockTimeout", "5000")
                .containsEntry("connectRetryCount", "0")
                .doesNotContainKey("encrypt");
    }

    @Test
    void timeOutsOfOnesOwnCountAndForEverDoesNot() {
        ConnectionSettings settings = from(
                "BRAIN_SOURCE_URL",
                "jdbc:sqlserver://h;user=u;loginTimeout=7;queryTimeout=100;lockTimeout=-1;socketTimeout=0;cancelQueryTimeout=2");
        assertThat(settings.properties())
                .containsEntry("loginTimeout", "7")
                .containsEntry("queryTimeout", "100")
                .containsEntry("cancelQueryTimeout", "2")
                .containsEntry("socketTimeout", "112000")
                .containsEntry("lockTimeout", "5000");
        assertThat(settings.queryTimeout()).isEqualTo(Duration.ofSeconds(100));
        assertThat(settings.loginTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(odbc("SERVER=h;UID=u;PWD=p;Connection Timeout=9").loginTimeout())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void anEnvironmentWithoutSqlServerNamesNone() {
        assertThat(ConnectionSettings.from(Environment.of(Map.of()))).isEmpty();
        assertThat(ConnectionSettings.from(Environment.of(Map.of(
                        "BRAIN_SOURCE_URL", "jdbc:sqlite:x.db", "SQLSERVER_PASSWORD", "p", "SQLSERVER_DRIVER", "x"))))
                .isEmpty();
    }

    @Test
    void twoServersAtOnceAreOneTooMany() {
        assertThatThrownBy(() -> from(
                        "BRAIN_SOURCE_URL", "jdbc:sqlserver://h;user=u", ConnectionSettings.WHOLE, "SERVER=h;UID=u"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not both");
    }
}
