package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules are seen to find what they are for. */
class PrometheusRulesTest {
    private static final String GOOD = "# HELP a_total Help.\n# TYPE a_total counter\na_total{x=\"1\"} 2\n";

    @Test
    void text_thatIsRight_hasNoProblem() {
        assertThat(PrometheusRules.problems(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a_total{x=\"1\"} 2\n",
                "# TYPE a_total counter\n",
                "# HELP a_total Help.\n",
                "# HELP b Help.\n# TYPE b counter\n",
                "# HELP b_total Help.\n# TYPE b_total gauge\n",
                "# HELP b_nanos Help.\n# TYPE b_nanos gauge\n",
                "b 1\n",
                "# HELP b Help.\n# TYPE b gauge\nb 1\na_total 3\n",
                "# HELP b Help.\n# TYPE b gauge\nb{x=\"1\"y\"} 1\n",
                "# HELP b Help.\n# TYPE b gauge\nb{x=\"1\",x=\"2\"} 1\n",
                "# HELP b Help.\n# TYPE b histogram\nb_bucket{le=\"1\"} 2\nb_bucket{le=\"+Inf\"} 1\n",
                "# HELP b Help.\n# TYPE b histogram\nb_bucket 2\n"
            })
    void text_withAFault_hasAProblem(String more) {
        assertThat(PrometheusRules.problems(GOOD + more)).isNotEmpty();
    }
}
