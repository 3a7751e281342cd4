package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.litmus.LitmusTest.Reading;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final Checker CHECKER =
            new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT);

    private static LitmusTest cycle(String edges) {
        return LitmusParser.parse(CycleTests.generate("t", edges), Reading.STANDARD);
    }

    @Test
    void samples_areOneForEachFinalState() {
        LitmusTest test = cycle("PodWW Rfe PodRR Fre");
        Outcome outcome = CHECKER.check(test);

        List<Picture.Sample> samples = CHECKER.samples(test, 100);

        assertThat(samples.stream().map(Picture.Sample::state))
                .containsExactlyElementsOf(outcome.states().stream()
                        .map(state -> HerdText.state(test, state))
                        .toList());
        assertThat(samples.stream().filter(Picture.Sample::holds)).hasSize(1);
        assertThat(CHECKER.samples(test, 2)).hasSize(2);
    }

    @Test
    void picture_hasTheAccessesAndArrowsOfTheWitness() {
        Outcome outcome = CHECKER.check(cycle("PodWW Rfe PodRR Fre"));

        Picture picture = Picture.of(outcome).orElseThrow();

        assertThat(picture.accesses()).hasSize(6); // two initial writes, two writes, two reads
        assertThat(picture.accesses().subList(0, 2)).allMatch(access -> access.thread() == -1 && access.line() == 0);
        Map<String, List<Picture.Arrow>> relations = picture.relations();
        assertThat(relations.get("po")).hasSize(2);
        assertThat(relations.get("rf")).hasSize(2); // one from the other thread, one from the beginning
        assertThat(relations.get("co")).hasSize(2);
        assertThat(relations.get("fr")).hasSize(1);
        assertThat(relations.values())
                .allSatisfy(arrows -> assertThat(arrows)
                        .allMatch(arrow -> arrow.from() >= 0 && arrow.from() < 6 && arrow.to() >= 0 && arrow.to() < 6));
    }

    @Test
    void whatIsForbidden_hasAPictureToo() {
        LitmusTest test = cycle("PodWW L Rfe A PodRR Fre");
        assertThat(Picture.of(CHECKER.check(test))).isEmpty();
        assertThat(Picture.of(CHECKER.explain(test).orElseThrow()).relations()).containsKeys("po", "rf", "fr");
    }
}
