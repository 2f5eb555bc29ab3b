package dev.brain.sqlserver.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "db.office.example, db.office.example, true",
        "DB.Office.Example, db.office.example, true",
        "db.office.example., db.office.example, true",
        "db.office.example, *.office.example, true",
        "db, db, true",
        "192.0.2.7, 192.0.2.7, true",
        "db.office.example, office.example, false",
        "db.office.example, other.office.example, false",
        "a.db.office.example, *.office.example, false",
        "office.example, *.office.example, false",
        ".office.example, *.office.example, false",
        "office.example, *.example, false",
        "db.office.example, d*.office.example, false",
        "db.office.example, *, false",
        "192.0.2.7, *.0.2.7, false",
        "db.office.example, db.office.example.evil.example, false",
        "db.office.example.evil.example, db.office.example, false"
    })
    void aNameIsThatOfTheHost(String host, String inCertificate, boolean matches) {
        assertThat(HostName.of(host).isNamedBy(inCertificate)).isEqualTo(matches);
    }
}
