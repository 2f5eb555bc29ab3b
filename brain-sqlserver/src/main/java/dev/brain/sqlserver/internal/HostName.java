package dev.brain.sqlserver.internal;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The host name that a certificate must match.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6125">RFC 6125</a>
 */
record HostName(String name) {
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;

    static HostName of(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return new HostName(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
    }

    /** Refuses a certificate for other hosts. Its subject counts only if it has no alternative names. */
    void check(X509Certificate certificate) throws CertificateException {
        List<String> names = alternativeNames(certificate);
        if (names.isEmpty()) {
            names = commonNames(certificate);
        }
        if (names.stream().noneMatch(this::isNamedBy)) {
            throw new CertificateException("the certificate is for " + String.join(", ", names) + ", not for " + name);
        }
    }

    private static List<String> alternativeNames(X509Certificate certificate) throws CertificateException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (alternative.get(0).equals(DNS_NAME) || alternative.get(0).equals(ADDRESS)) {
                names.add(alternative.get(1).toString());
            }
        }
        return names;
    }

    private static List<String> commonNames(X509Certificate certificate) throws CertificateException {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(Object::toString)
                            .toList();
        } catch (InvalidNameException e) {
            throw new CertificateException("the certificate's subject can't be read", e);
        }
    }

    /** An asterisk matches the whole first label, in a name with at least two more labels. */
    boolean isNamedBy(String pattern) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        if (!wanted.startsWith("*.")) {
            return wanted.equals(name);
        }
        String rest = wanted.substring(1);
        int dot = name.indexOf('.');
        return dot > 0 && rest.indexOf('.', 1) > 0 && name.substring(dot).equals(rest) && !name.matches("[0-9.]+");
    }
}
