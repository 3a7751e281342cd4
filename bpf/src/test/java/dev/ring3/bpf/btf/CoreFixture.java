package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Member;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;

/** Two sets of types with the same integers, and what one asks of the other. */
abstract class CoreFixture {
    static final int U32 = 1;
    static final int I32 = 2;
    static final int U64 = 3;
    static final int U16 = 4;

    final BtfBuilder local = withInts(ByteOrder.LITTLE_ENDIAN);
    final BtfBuilder target = withInts(ByteOrder.LITTLE_ENDIAN);

    static BtfBuilder withInts(ByteOrder order) {
        BtfBuilder builder = new BtfBuilder(order);
        builder.add(new BtfType.Int("unsigned int", 4, Encoding.UNSIGNED));
        builder.add(new BtfType.Int("int", 4, Encoding.SIGNED));
        builder.add(new BtfType.Int("unsigned long", 8, Encoding.UNSIGNED));
        builder.add(new BtfType.Int("unsigned short", 2, Encoding.UNSIGNED));
        return builder;
    }

    static BtfType struct(String name, long size, Member... members) {
        return new BtfType.Struct(name, size, List.of(members));
    }

    CoreResult resolve(int typeId, String access, CoreKind kind) {
        return new CoreResolver(local.build(), target.build())
                .resolve(new CoreRelocation(0x40, 0, typeId, access, kind));
    }

    static CoreResult.Relocated value(long expected, long value) {
        return new CoreResult.Relocated(OptionalLong.of(expected), value, CoreResult.Access.NONE);
    }

    static CoreResult.Relocated unchecked(long value) {
        return new CoreResult.Relocated(OptionalLong.empty(), value, CoreResult.Access.NONE);
    }

    static CoreResult.Relocated offset(long expected, long value, long localBytes, long targetBytes, boolean sound) {
        return new CoreResult.Relocated(
                OptionalLong.of(expected), value, new CoreResult.Access(localBytes, targetBytes, sound));
    }

    void assertFails(int typeId, String access, CoreKind kind) {
        assertThat(resolve(typeId, access, kind)).isInstanceOf(CoreResult.Failed.class);
    }

    void assertRefused(int typeId, String access, CoreKind kind, String problem) {
        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> resolve(typeId, access, kind))
                .withMessageContaining(problem);
    }
}
