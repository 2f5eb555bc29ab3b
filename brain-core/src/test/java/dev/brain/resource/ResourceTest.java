package dev.brain.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.resource.ResourceSource.Ownership;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResourceTest {
    private static final ResourceId ID = ResourceId.of(89157);

    @Test
    void itShowsIdAndReferenceAndNoColumn() {
        Resource resource = new Resource(
                ID,
                "2025/1-MUL",
                Map.of("SujetoRecurso", "Ana Gil"),
                Map.of("adjuntos", List.of(Map.of("Filename", "dni-ana.pdf"))));

        assertThat(resource).hasToString("Resource[89157, 2025/1-MUL]");
    }

    @Test
    void itsReferenceHasNoBlanksAtTheEnds() {
        assertThat(new Resource(ID, "\u00A0 2025/1-MUL \u200B", Map.of()).reference())
                .isEqualTo("2025/1-MUL");
        assertThat(new Resource(ID, "  ", Map.of()).reference()).isEmpty();
        assertThat(new Resource(ID, null, Map.of()).reference()).isNull();
    }

    @Test
    void aNullColumnIsThereAndEmpty() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("z", null);
        columns.put("a", 5L);
        Resource resource = new Resource(ID, null, columns);

        assertThat(resource.columns().keySet()).containsExactly("z", "a");
        assertThat(resource.column("z")).isEmpty();
        assertThat(resource.column("missing")).isEmpty();
        assertThat(resource.column("a")).contains(5L);
    }

    @Test
    void nothingChangesItLater() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>(Map.of("a", 1L));
        Resource resource = new Resource(ID, null, columns);
        columns.put("a", 2L);

        assertThat(resource.column("a")).contains(1L);
        assertThatThrownBy(() -> resource.columns().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> resource.children().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @EnumSource(Ownership.State.class)
    void aHoldingOfAStateAloneNamesNobody(Ownership.State state) {
        assertThat(Ownership.of(state)).isEqualTo(new Ownership(state, null));
    }
}
