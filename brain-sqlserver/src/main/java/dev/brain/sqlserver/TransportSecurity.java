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

/** The variables that say whether a connection is encrypted and which certificates it trusts, beside any form of it. */
final class TransportSecurity {
    static final String ENCRYPT = "SQLSERVER_ENCRYPT";
    static final String TRUST = "SQLSERVER_TRUST_SERVER_CERTIFICATE";
    static final String CA_FILE = "SQLSERVER_CA_FILE";

    private TransportSecurity() {}

    /**
     * Adds to the driver's properties what the variables say.
     *
     * @param origin what names the server, for messages
     * @throws ConfigurationException if a value can't be right, or the connection says something of it too
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
                        variable + " is set, and " + origin + " says " + property + " too: leave one of them out");
            }
            properties.setProperty(property, text);
        });
    }

    private static void refuseContradictions(Map<String, String> set, String origin) {
        if (isOff(set)) {
            throw new ConfigurationException(CA_FILE + " is set, but the connection is not encrypted, and then no"
                    + " certificate is checked: leave out " + CA_FILE + " or what switches encryption off");
        }
        if (trustsAnybody(set)) {
            throw new ConfigurationException(CA_FILE + " is set, but the connection trusts any certificate: leave out "
                    + CA_FILE + " or what trusts any certificate");
        }
        for (String name : List.of("trustStore", "trustManagerClass", "serverCertificate")) {
            if (!set.getOrDefault(name, "").isEmpty()) {
                throw new ConfigurationException(
                        CA_FILE + " is set, and " + origin + " says " + name + " too: leave one of them out");
            }
        }
    }

    /** What the connection says of certificates and the driver silently leaves alone. */
    static List<String> withoutEffect(Map<String, String> set, String origin) {
        boolean strict = set.getOrDefault("encrypt", "").equalsIgnoreCase("strict");
        List<String> warnings = new ArrayList<>();
        if (!strict && !set.getOrDefault("serverCertificate", "").isEmpty()) {
            warnings.add(
                    origin + ": serverCertificate has an effect with encrypt=strict only; use " + CA_FILE + " instead");
        }
        if (strict && trustsAnybody(set)) {
            warnings.add(origin + ": trustServerCertificate has no effect with encrypt=strict, which checks the"
                    + " certificate always; use " + CA_FILE + " instead");
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
