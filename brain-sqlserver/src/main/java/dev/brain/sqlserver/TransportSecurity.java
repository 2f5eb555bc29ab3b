package dev.brain.sqlserver;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.sqlserver.internal.CertificateFileTrustManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** The variables that configure a connection's encryption and trusted certificates, in addition to each form. */
final class TransportSecurity {
    static final String ENCRYPT = "SQLSERVER_ENCRYPT";
    static final String TRUST = "SQLSERVER_TRUST_SERVER_CERTIFICATE";
    static final String CA_FILE = "SQLSERVER_CA_FILE";

    private TransportSecurity() {}

    /**
     * Adds the settings of the variables to the driver's properties.
     *
     * @param origin the setting that names the server, for messages
     * @throws ConfigurationException if a value is invalid, or the connection itself also has the setting
     */
    static void put(Environment environment, String url, Properties properties, String origin) {
        put(
                properties,
                url,
                origin,
                ENCRYPT,
                "encrypt",
                environment.get(ENCRYPT).map(value -> Switches.encrypt(value, ENCRYPT)));
        put(
                properties,
                url,
                origin,
                TRUST,
                "trustServerCertificate",
                environment.get(TRUST).map(value -> Boolean.toString(Switches.isOn(value, TRUST))));
        Optional<String> file = environment.get(CA_FILE);
        if (file.isPresent()) {
            Map<String, String> set = ConnectionSettings.known(url, properties, origin);
            refuseContradictions(set, origin);
            properties.setProperty("trustManagerClass", CertificateFileTrustManager.class.getName());
            properties.setProperty(
                    "trustManagerConstructorArg",
                    CertificateFileTrustManager.argument(
                            file.get(), set.getOrDefault("hostNameInCertificate", ""), CA_FILE));
        }
    }

    private static void put(
            Properties properties,
            String url,
            String origin,
            String variable,
            String property,
            Optional<String> value) {
        value.ifPresent(text -> {
            boolean inUrl = Pattern.compile(";\\s*" + property + "\\s*=", Pattern.CASE_INSENSITIVE)
                    .matcher(url)
                    .find();
            if (inUrl || properties.containsKey(property)) {
                throw new ConfigurationException(
                        variable + " is set, and " + origin + " also sets " + property + ": remove one of them");
            }
            properties.setProperty(property, text);
        });
    }

    private static void refuseContradictions(Map<String, String> set, String origin) {
        if (isOff(set)) {
            throw new ConfigurationException(CA_FILE + " is set, but the connection is not encrypted, so no"
                    + " certificate is checked: remove " + CA_FILE + " or the setting that disables encryption");
        }
        if (trustsAnybody(set)) {
            throw new ConfigurationException(CA_FILE + " is set, but the connection trusts any certificate: remove "
                    + CA_FILE + " or the setting that trusts any certificate");
        }
        for (String name : List.of("trustStore", "trustManagerClass", "serverCertificate")) {
            if (!set.getOrDefault(name, "").isEmpty()) {
                throw new ConfigurationException(
                        CA_FILE + " is set, and " + origin + " also sets " + name + ": remove one of them");
            }
        }
    }

    /** Returns warnings of certificate settings of the connection that the driver silently ignores. */
    static List<String> withoutEffect(Map<String, String> set, String origin) {
        boolean strict = set.getOrDefault("encrypt", "").equalsIgnoreCase("strict");
        List<String> warnings = new ArrayList<>();
        if (!strict && !set.getOrDefault("serverCertificate", "").isEmpty()) {
            warnings.add(
                    origin + ": serverCertificate has an effect only with encrypt=strict; use " + CA_FILE + " instead");
        }
        if (strict && trustsAnybody(set)) {
            warnings.add(origin + ": trustServerCertificate has no effect with encrypt=strict, which always checks the"
                    + " certificate; use " + CA_FILE + " instead");
        }
        return warnings;
    }

    private static boolean isOff(Map<String, String> set) {
        return List.of("false", "no", "optional")
                .contains(set.getOrDefault("encrypt", "").toLowerCase(Locale.ROOT));
    }

    private static boolean trustsAnybody(Map<String, String> set) {
        return Boolean.parseBoolean(set.get("trustServerCertificate"));
    }
}
