package dev.brain.examples.spring;

import dev.brain.examples.demo.DemoWorld;
import dev.brain.site.Site;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.sqlite.SQLiteDataSource;

/** Claims the cases of two public bodies and files them. {@code application.properties} switches both on. */
@SpringBootApplication
public class CaseApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(CaseApplication.class, arguments);
    }

    /** The vendor's case system, which an application has already. This one is invented. */
    @Bean
    DemoWorld caseSystem(@Value("${demo.folder}") Path folder, @Value("${demo.cases}") int cases) {
        return DemoWorld.open(folder, 1, cases);
    }

    /** Connections to the case system; {@code brain.source.data-source} names this bean. */
    @Bean
    DataSource cases(DemoWorld caseSystem) {
        SQLiteDataSource cases = new SQLiteDataSource();
        cases.setUrl(caseSystem.sourceUrl());
        return cases;
    }

    @Bean
    Site xaloc() {
        return Site.builder("xaloc_girona")
                .referencePattern("\\d{4}/\\d{6}-MUL")
                .claimant("ROBOT")
                .setting("query_organisme", "%XALOC%")
                .setting("filtro_texp", "2,3")
                .setting("handler", "filingHandler")
                .build();
    }

    @Bean
    Site base() {
        return Site.builder("base_online")
                .referencePattern("\\d{1,5}-\\d{4}/\\d{1,6}-(GIM|EXE)")
                .claimant("ROBOT")
                .setting("query_organisme", "%BASE%|%Gestió d'Ingressos%")
                .setting("filtro_texp", "2,3")
                .setting("handler", "filingHandler")
                .build();
    }
}
