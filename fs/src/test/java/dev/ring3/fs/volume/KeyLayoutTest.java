package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyLayoutTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Item ITEM = new Item(Kind.DIRENT, 0x1122334455667788L, 0x0123456789abcdefL);
    private static final long NODE = 0xfffffffeL;

    @Test
    void version_hasGoldenBytes() {
        byte[] key = KeyLayout.version(ITEM, NODE);
        assertThat(HEX.formatHex(key)).isEqualTo("44" + "1122334455667788" + "0123456789abcdef" + "fffffffe");
        assertThat(KeyLayout.item(key)).isEqualTo(ITEM);
        assertThat(KeyLayout.node(key)).isEqualTo(NODE);
    }

    @Test
    void changed_hasGoldenBytes() {
        byte[] key = KeyLayout.changed(NODE, ITEM);
        assertThat(HEX.formatHex(key)).isEqualTo("58" + "fffffffe" + "1122334455667788" + "44" + "0123456789abcdef");
        assertThat(KeyLayout.changedItem(key)).isEqualTo(ITEM);
        assertThat(KeyLayout.isBorn(key)).isFalse();
        byte[] born = KeyLayout.born(NODE, 5);
        assertThat(HEX.formatHex(born)).isEqualTo("58" + "fffffffe" + "0000000000000005" + "00" + "0000000000000000");
        assertThat(KeyLayout.isBorn(born)).isTrue();
        assertThat(KeyLayout.changedIno(born)).isEqualTo(5);
    }

    @Test
    void otherTables_haveGoldenBytes() {
        assertThat(HEX.formatHex(KeyLayout.numbered(KeyLayout.SUBVOLUME, 7))).isEqualTo("56" + "00000007");
        assertThat(HEX.formatHex(KeyLayout.orphan(NODE, 9))).isEqualTo("4f" + "fffffffe" + "0000000000000009");
        assertThat(HEX.formatHex(KeyLayout.cut(NODE, 9))).isEqualTo("4a" + "fffffffe" + "0000000000000009");
        assertThat(HEX.formatHex(KeyLayout.header())).isEqualTo("4d");
        assertThat(HEX.formatHex(KeyLayout.mount())).isEqualTo("4e");
    }
}
