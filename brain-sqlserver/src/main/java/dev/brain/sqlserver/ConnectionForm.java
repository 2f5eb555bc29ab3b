package dev.brain.sqlserver;

/** The form in which a connection is configured, with the names of its settings for advice. */
enum ConnectionForm {
    PARTS(
            "set " + TransportSecurity.CA_FILE + " to a PEM file with",
            TransportSecurity.TRUST + "=yes",
            TransportSecurity.ENCRYPT + "=no",
            "use a JDBC URL (" + ConnectionSettings.WHOLE + ") with a larger queryTimeout"),
    ODBC_STRING(
            "set " + TransportSecurity.CA_FILE + " to a PEM file with",
            "TrustServerCertificate=yes in " + ConnectionSettings.WHOLE,
            "Encrypt=no in " + ConnectionSettings.WHOLE,
            "use a JDBC URL instead of the ODBC string, with a larger queryTimeout"),
    JDBC_URL(
            "set " + TransportSecurity.CA_FILE
                    + " to a PEM file with, or trustStore in the JDBC URL to a key store with,",
            "trustServerCertificate=true in the JDBC URL",
            "encrypt=false in the JDBC URL",
            "raise queryTimeout in the JDBC URL"),
    DATA_SOURCE(
            "set the DataSource's trustStore and trustStorePassword to a key store with",
            "trustServerCertificate=true",
            "encrypt=false",
            "let the profile's conditions read less");

    private final String trust;
    private final String anyCertificate;
    private final String noEncryption;
    private final String moreTime;

    ConnectionForm(String trust, String anyCertificate, String noEncryption, String moreTime) {
        this.trust = trust;
        this.anyCertificate = anyCertificate;
        this.noEncryption = noEncryption;
        this.moreTime = moreTime;
    }

    /** Returns how to make Brain trust the server's certificate. */
    String trust() {
        return trust + " the server's certificate or that of the authority that signed it";
    }

    /** Returns the setting that trusts any certificate. */
    String anyCertificate() {
        return anyCertificate;
    }

    /** Returns the setting that disables encryption. */
    String noEncryption() {
        return noEncryption;
    }

    /** Returns how to allow statements more time. */
    String moreTime() {
        return moreTime;
    }
}
