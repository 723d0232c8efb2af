// Makes the replica set rs0 of MEMBERS members, or adds the members that it lacks. Running it again changes nothing.
const members = Number(process.env.MEMBERS);
const host = (i) => `mongodb-${i}.mongodb.backing.svc.cluster.local:27017`;
const all = Array.from({ length: members }, (_, i) => ({ _id: i, host: host(i) }));
let config = null;
try {
  config = rs.conf();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
}
if (config === null) {
  rs.initiate({ _id: "rs0", members: all });
} else {
  const known = config.members.map((member) => member.host);
  all.filter((member) => !known.includes(member.host)).forEach((member) => rs.add(member.host));
}
