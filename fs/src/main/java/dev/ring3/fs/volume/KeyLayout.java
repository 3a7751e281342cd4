package dev.ring3.fs.volume;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keys of the ordered store; numbers big-endian, so that their order is that of the keys. The first byte is the table:
 *
 * <pre>
 * I D E A P   ino u64, position u64, node u32     versions of an item: 21 bytes, of which the first 17 are the item
 * X           node u32, ino u64, kind u8, position u64     an item that has a key in this node (22 bytes); kind 0,
 *             position 0: the inode was made in this node, and all its items of this node are found below itself
 * S U         node u32            a node of the snapshot tree; what it holds
 * V           subvolume u32       a subvolume
 * R           subvolume u32       where the content of a subvolume that was received came from
 * O           node u32, ino u64   an inode without a name that was still open
 * J           node u32, ino u64   a file that is being cut: what is behind its end may not all be gone
 * M N         the volume's header; what it was like when it was last mounted
 * F           the extent store's
 * </pre>
 *
 * An empty value at an item's key is a whiteout: the item is not there, whatever older nodes say.
 */
final class KeyLayout {
    static final byte CHANGED = 'X';
    static final byte NODE = 'S';
    static final byte USAGE = 'U';
    static final byte SUBVOLUME = 'V';
    static final byte RECEIVED = 'R';
    static final byte ORPHAN = 'O';
    static final byte CUT = 'J';

    static final int ITEM_BYTES = 17;
    static final int VERSION_BYTES = 21;
    static final int CHANGED_BYTES = 22;

    /** In the place of a kind: the inode was made in the node. */
    static final byte BORN = 0;

    private static final int INO = 1;
    private static final int POSITION = 9;
    private static final int VERSION_NODE = 17;
    private static final int CHANGED_INO = 5;
    private static final int CHANGED_KIND = 13;
    private static final int CHANGED_POSITION = 14;

    private static final byte[] HEADER = {'M'};
    private static final byte[] MOUNT = {'N'};

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private KeyLayout() {}

    static byte[] header() {
        return HEADER.clone();
    }

    static byte[] mount() {
        return MOUNT.clone();
    }

    /** The key of an item's version. */
    static byte[] version(Item item, long node) {
        byte[] key = new byte[VERSION_BYTES];
        key[0] = item.kind().letter();
        LONG.set(key, INO, item.ino());
        LONG.set(key, POSITION, item.position());
        INT.set(key, VERSION_NODE, (int) node);
        return key;
    }

    /** The first key after all versions of an item. */
    static byte[] afterItem(Item item) {
        byte[] key = new byte[VERSION_BYTES + 1];
        System.arraycopy(version(item, 0xffff_ffffL), 0, key, 0, VERSION_BYTES);
        return key;
    }

    /** The first key after all items of a kind of an inode. */
    static byte[] afterItems(Kind kind, long ino) {
        return afterItem(new Item(kind, ino, -1));
    }

    static Item item(byte[] versionKey) {
        return new Item(
                Kind.ofLetter(versionKey[0]), (long) LONG.get(versionKey, INO), (long) LONG.get(versionKey, POSITION));
    }

    static long node(byte[] versionKey) {
        return Integer.toUnsignedLong((int) INT.get(versionKey, VERSION_NODE));
    }

    static long position(byte[] versionKey) {
        return (long) LONG.get(versionKey, POSITION);
    }

    /** That an item has a key in a node. */
    static byte[] changed(long node, Item item) {
        return changed(node, item.ino(), item.kind().letter(), item.position());
    }

    /** That an inode was made in a node. */
    static byte[] born(long node, long ino) {
        return changed(node, ino, BORN, 0);
    }

    /** The first key of all {@link #changed} of a node from this inode on. */
    static byte[] changedFrom(long node, long ino) {
        return changed(node, ino, BORN, 0);
    }

    /** The first key after all {@link #changed} of a node. */
    static byte[] afterChanged(long node) {
        return after(changed(node, -1, (byte) -1, -1));
    }

    private static byte[] changed(long node, long ino, byte kind, long position) {
        byte[] key = new byte[CHANGED_BYTES];
        key[0] = CHANGED;
        INT.set(key, 1, (int) node);
        LONG.set(key, CHANGED_INO, ino);
        key[CHANGED_KIND] = kind;
        LONG.set(key, CHANGED_POSITION, position);
        return key;
    }

    static boolean isBorn(byte[] changedKey) {
        return changedKey[CHANGED_KIND] == BORN;
    }

    static long changedIno(byte[] changedKey) {
        return (long) LONG.get(changedKey, CHANGED_INO);
    }

    /** The item of a {@link #changed} key that is not a {@link #born} one. */
    static Item changedItem(byte[] changedKey) {
        return new Item(Kind.ofLetter(changedKey[CHANGED_KIND]), changedIno(changedKey), (long)
                LONG.get(changedKey, CHANGED_POSITION));
    }

    /** Tables by one number of 32 bits: {@link #NODE}, {@link #USAGE}, {@link #SUBVOLUME}, {@link #RECEIVED}. */
    static byte[] numbered(byte table, long number) {
        byte[] key = new byte[5];
        key[0] = table;
        INT.set(key, 1, (int) number);
        return key;
    }

    static long number(byte[] numberedKey) {
        return Integer.toUnsignedLong((int) INT.get(numberedKey, 1));
    }

    /** The first key after a table. */
    static byte[] afterTable(byte table) {
        return new byte[] {(byte) (table + 1)};
    }

    static byte[] orphan(long node, long ino) {
        return ofInode(ORPHAN, node, ino);
    }

    static byte[] cut(long node, long ino) {
        return ofInode(CUT, node, ino);
    }

    /** {@link #ORPHAN} or {@link #CUT}. */
    static byte[] ofInode(byte table, long node, long ino) {
        byte[] key = new byte[13];
        key[0] = table;
        INT.set(key, 1, (int) node);
        LONG.set(key, 5, ino);
        return key;
    }

    static long inoOfInode(byte[] key) {
        return (long) LONG.get(key, 5);
    }

    private static byte[] after(byte[] key) {
        byte[] next = new byte[key.length + 1];
        System.arraycopy(key, 0, next, 0, key.length);
        return next;
    }
}
