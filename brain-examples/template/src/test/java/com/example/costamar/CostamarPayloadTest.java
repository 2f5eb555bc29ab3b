package com.example.costamar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.brain.payload.PayloadContext;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostamarPayloadTest {
    @Test
    void theReferenceIsSplit() {
        assertEquals(
                "{\"idRecurso\":7,\"sujeto_recurso\":\"Fulana Ejémplez\",\"fase_procedimiento\":\"DENUNCIA\","
                        + "\"expediente_any\":2026,\"expediente_num\":31}",
                build(7.0, "CM-2026/00031", " Fulana  Ejémplez "));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        PayloadException e = assertThrows(PayloadException.class, () -> build(null, "31/2026", "MU?OZ"));
        assertEquals(List.of("idRecurso", "SujetoRecurso", "Expedient"), e.problems().stream()
                .map(problem -> problem.substring(0, problem.indexOf(' ')))
                .toList());
    }

    private static String build(Double id, String reference, String subject) {
        Map<String, Object> columns = new HashMap<>();
        columns.put("idRecurso", id);
        columns.put("Expedient", reference);
        columns.put("SujetoRecurso", subject);
        columns.put("FaseProcedimiento", "DENUNCIA");
        Resource resource = new Resource(ResourceId.of(7), reference, columns, Map.of());
        PayloadContext context = new PayloadContext(new Claimant("BOT_MULTIVIA"), Instant.EPOCH, null);
        return new CostamarPayload()
                .build(Site.builder("costamar").build(), resource, context)
                .content()
                .toString();
    }
}
