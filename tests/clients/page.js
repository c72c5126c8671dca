// What the test page says of itself: `?address=…&key=…&person=…`.
const asked = new URLSearchParams(location.search);

export const settings = { address: asked.get("address"), key: asked.get("key") };
export const person = asked.get("person");
export const user = `user-${person}`;
export const traits = {
  email: `${person}@northwind.example`,
  firstName: "Example",
  lastName: person,
  title: "VP Marketing",
  company: { name: "Northwind", employees: 250, industry: "software" },
};
export const done = () => {
  document.title = "sent";
};
