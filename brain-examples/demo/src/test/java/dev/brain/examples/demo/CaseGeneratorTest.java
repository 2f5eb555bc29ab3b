package dev.brain.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.examples.demo.Case.QueueState;
import dev.brain.examples.demo.Case.Writing;
import dev.brain.internal.site.ReferencePattern;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CaseGeneratorTest {
    private static final int MANY = 10_000;

    private final CaseGenerator generator = new CaseGenerator(7);

    @Test
    void sameSeedGivesTheSameCases() {
        assertThat(first(new CaseGenerator(7), 500)).isEqualTo(first(generator, 500));
    }

    @Test
    void otherSeedsGiveOtherCases() {
        assertThat(first(new CaseGenerator(8), 50)).isNotEqualTo(first(generator, 50));
    }

    @Test
    void casesMadePieceByPieceAreTheSame() {
        List<Case> pieces = Stream.concat(
                        generator.cases(CaseGenerator.FIRST_ID, 20), generator.cases(CaseGenerator.FIRST_ID + 20, 30))
                .toList();

        assertThat(pieces).isEqualTo(first(generator, 50));
    }

    @Test
    void everyBodyHasItsShare() {
        Map<PublicBody, Long> bodies = count(Case::body);

        assertThat(bodies).containsOnlyKeys(PublicBody.values());
        assertThat(bodies.get(PublicBody.XALOC)).isBetween(3_000L, 3_800L);
        assertThat(bodies.get(PublicBody.OTHERS)).isBetween(1_200L, 1_800L);
    }

    @Test
    void everyWayToWriteAReferenceIsThereAndMostAreClean() {
        Map<Writing, Long> writings = count(Case::writing);

        assertThat(writings).containsOnlyKeys(Writing.values());
        assertThat(writings.get(Writing.CLEAN)).isBetween(7_200L, 8_000L);
        assertThat(writings.get(Writing.NO_BREAK_SPACE)).isBetween(300L, 500L);
    }

    @Test
    void everyStandingIsThereAsTheColumnsSay() {
        assertThat(count(Case::standing)).containsOnlyKeys(QueueState.values());
        assertThat(first(generator, MANY)).allSatisfy(row -> {
            assertThat(row.standing().isFree()).isEqualTo(row.state() == 0 && row.fileType() > 1 && row.fileType() < 4);
            assertThat(row.owner() == null).isEqualTo(row.standing().isFree());
            assertThat(row.completedAt() != null)
                    .isEqualTo(row.standing() == QueueState.COMPLETED || row.standing() == QueueState.REOPENED);
        });
    }

    @Test
    void ownersAreBlankPaddedAndSomeHaveAccents() {
        List<String> owners = first(generator, MANY).stream()
                .flatMap(row -> Stream.ofNullable(row.owner()))
                .toList();

        assertThat(owners).allMatch(owner -> owner.length() == 30).anyMatch(owner -> owner.contains("á"));
    }

    @Test
    void onlyClaimableReferencesMatchTheirSitesPattern() throws IOException {
        Map<PublicBody, ReferencePattern> patterns = new EnumMap<>(PublicBody.class);
        patterns.put(PublicBody.XALOC, pattern("xaloc_girona"));
        patterns.put(PublicBody.BASE, pattern("base_online"));
        patterns.put(PublicBody.MADRID, pattern("madrid"));
        patterns.put(PublicBody.VALLFOSCA, pattern("vallfosca"));

        assertThat(first(generator, MANY))
                .filteredOn(row -> patterns.containsKey(row.body()))
                .allSatisfy(row -> assertThat(patterns.get(row.body()).matches(row.reference()))
                        .isEqualTo(row.writing().isValid()));
    }

    @Test
    void resourcesHaveNoneOneOrSeveralAttachments() {
        assertThat(count(row -> row.attachments().size())).containsOnlyKeys(0, 1, 2, 3);
    }

    @Test
    void bothPeopleAndCompaniesAreClients() {
        assertThat(count(row -> row.client().company()).get(true)).isBetween(1_500L, 2_500L);
    }

    private <K> Map<K, Long> count(Function<Case, K> key) {
        return first(generator, MANY).stream().collect(Collectors.groupingBy(key, Collectors.counting()));
    }

    private static List<Case> first(CaseGenerator generator, int count) {
        return generator.cases(CaseGenerator.FIRST_ID, count).toList();
    }

    private static ReferencePattern pattern(String siteId) throws IOException {
        try (InputStream file = CaseGeneratorTest.class.getResourceAsStream("/META-INF/brain/sites.json")) {
            for (JsonNode site : new ObjectMapper().readTree(file).get("configs")) {
                if (site.get("site_id").asText().equals(siteId)) {
                    return ReferencePattern.compile(site.get("regex_expediente").asText());
                }
            }
        }
        throw new AssertionError("no site " + siteId);
    }
}
