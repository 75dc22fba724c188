-- A label of our own making is as good as real. In a copy of a database it says TEST, and its number
-- leads to nobody's tracking page.
UPDATE ecom_carrier_account
   SET environment = 'test',
       offline_tracking_link = NULL
 WHERE provider = 'ecom_offline';
