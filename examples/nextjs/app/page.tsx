export default function Page() {
  return <p>VideoCloud webhooks are received at /webhooks.</p>;
}
