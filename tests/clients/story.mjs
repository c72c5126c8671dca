// What every client does: an unknown visitor looks at the pricing page three times, says who they are, asks for a demo.
// Arguments: the address of the server, a write key, and the person's name (ids and the address are made from it).
const [, , address, key, person] = process.argv;

export const settings = { address, key };
export const visitor = `visitor-${person}`;
export const user = `user-${person}`;
export const traits = {
  email: `${person}@northwind.example`,
  firstName: "Example",
  lastName: person,
  title: "VP Marketing",
  company: { name: "Northwind", employees: 250, industry: "software" },
};
export const pages = ["/pricing", "/pricing", "/pricing"];
export const asked = "Demo Requested";
