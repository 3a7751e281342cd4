/**
 * Processes as files, without the numbers that are used again: {@link dev.ring3.pidfs.PidFs} is a {@link
 * dev.ring3.fs.FileTree} that the namespace mounts.
 *
 * <pre>
 * by-pid/1234            symbolic link to ../by-id/31340; gone when the process is reaped
 * by-id/31340/           a process; the number is its inode in the kernel's pidfs, never used again before a restart
 *   info, info.json      what the kernel says of it: a key, a tab and a value in each line; the same as JSON
 *   state                running, zombie or reaped; poll: readable when it has ended, hung up when it is reaped
 *   exit                 EAGAIN until it is reaped, then "exited 42" or "killed 15", with " core" if one was written
 *   pin                  nothing to read: whoever has it open keeps the directory, and the exit status, after the end
 *   signal               write "TERM", or "group:TERM" for the group that it leads
 *   comm, cmdline, cgroup
 *   ns/mnt ...           symbolic links with the text of /proc: "mnt:[4026531832]"
 *   task/31341/          its threads, alike, by the inodes of their own pidfds
 * by-cgroup/ID/31340     symbolic links, by control group of version 2
 * self                   symbolic link to the process that looks at it
 * events                 a line for each process that ended while somebody had a file of it open: "exit ID PID exited 0"
 * </pre>
 *
 * <p><b>Never another process.</b> An inode here is the kernel's inode of the process, so a directory, an open file or a
 * stored name cannot come to mean another process. What {@code /proc} tells by number is looked at again through the
 * pidfd afterwards: if the process still is, it was its own. A process that is gone is ESTALE, but while somebody has a
 * file of it open.
 *
 * <p><b>Who may.</b> As the kernel's {@code /proc} has it: everything of everybody can be looked at, but {@code ns},
 * which belongs to who may trace the process (the owner that {@code /proc} shows), and nothing at all where this machine's
 * {@code /proc} is mounted with {@code hidepid}. {@code signal} belongs to the user who started the process, and root;
 * if the process has changed hands since it was opened, it is EPERM. That is never more than {@code kill(2)} allows.
 *
 * <p><b>Snapshots.</b> What is read from one open file is of the moment it was opened, but for {@code state} and {@code
 * exit}, which are of the moment that they are read from the beginning. A listing is no moment's picture: processes come and
 * go while it is read; one that is there all the while is in it, once.
 *
 * <p><b>Numbers.</b> An inode of this tree is a kind in the upper 7 bits ({@link dev.ring3.pidfs.Kind}) and the
 * kernel's number in the lower 56; the directory of a process has exactly its number. Through FUSE, where {@code st_ino}
 * has to differ from that of every file of the volume too, it is in the name and in {@code user.pidfs.id}.
 *
 * <p><b>Threads.</b> The reactor of {@code linux} notices ends and hands them to one thread of this tree, which tells
 * whoever polls, reads {@code events}, or listens for exits. Locks: the table of processes; a process; one open file;
 * none is held while another's code is called.
 */
package dev.ring3.pidfs;
